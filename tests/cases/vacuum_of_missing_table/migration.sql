vacuum missing;
