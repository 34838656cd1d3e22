alter type mood add value 'great' after 'good';
