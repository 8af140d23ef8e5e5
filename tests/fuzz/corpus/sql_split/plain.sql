UPDATE t SET a = 'x;y' -- c;
 WHERE b; DELETE FROM d;