alter table orders rename column note to remark;
alter table orders rename to customers;
