update orders set note = 'old';
