"""Reports: facts become a document of blocks, the document becomes Word or PDF, and is verified."""
