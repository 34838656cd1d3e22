create database postgres;
