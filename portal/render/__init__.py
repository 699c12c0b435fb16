"""What people take away: PDFs, XML copies, spreadsheets, QR codes. It renders what it is given, and decides nothing."""
