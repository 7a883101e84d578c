"""What every page needs of the web: the question asked, errors, assets, headers, permissions."""
