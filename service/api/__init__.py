"""What programs ask the site over HTTP: resources under `/api/v1`, described by themselves."""
