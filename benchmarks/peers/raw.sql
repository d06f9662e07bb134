-- The least that a double-entry transfer can be: one key, two balances, two entries, no guards.
CREATE TABLE raw_balance (id bigint PRIMARY KEY, balance bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
CREATE TABLE raw_transfer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE raw_entry (
  transfer_id bigint NOT NULL,
  account_id bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (transfer_id, account_id)
);

CREATE FUNCTION raw_post(p_key text, p_from bigint, p_to bigint, p_amount bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE new_id bigint;
BEGIN
  INSERT INTO raw_transfer (key) VALUES (p_key) RETURNING id INTO new_id;
  IF p_from < p_to THEN
    UPDATE raw_balance SET balance = balance - p_amount WHERE id = p_from;
    UPDATE raw_balance SET balance = balance + p_amount WHERE id = p_to;
  ELSE
    UPDATE raw_balance SET balance = balance + p_amount WHERE id = p_to;
    UPDATE raw_balance SET balance = balance - p_amount WHERE id = p_from;
  END IF;
  INSERT INTO raw_entry VALUES (new_id, p_from, -p_amount), (new_id, p_to, p_amount);
  RETURN new_id;
END
$$;
