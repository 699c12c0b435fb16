"""HTTP: the gate before Streamlit, personal links, files, health. Routes call use cases; they decide nothing."""
