update orders set amount = amount + 1e9;
