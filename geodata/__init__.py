"""What is known about the land: vocabulary, geometry, files, imagery and the PostGIS store."""
