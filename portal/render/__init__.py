"""What people take away: PDFs, XML copies, spreadsheets and QR codes. Renders given facts; reads and decides nothing."""
