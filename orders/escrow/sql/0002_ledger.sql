-- What Django's models cannot say: the ledger's functions and the triggers that keep it true.
-- Frozen: a change is a new numbered file with CREATE OR REPLACE.
--
-- SQLSTATEs: LE001 does not balance · LE002 transfer of another transaction · LE003 incomplete ·
-- LE004 row is final · LE005 balance written by hand · LE006 frozen by a case · LE007 key used for
-- another transfer · LE008 hold not emptied wholly · LE009 no such account.
--
-- pg_temp stands last in every search_path: left out, it would be searched first, and a caller's
-- temporary table could take the place of one of ours.

ALTER TABLE escrow_account ALTER COLUMN id SET GENERATED ALWAYS;
ALTER TABLE escrow_transfer ALTER COLUMN id SET GENERATED ALWAYS;
ALTER TABLE escrow_balance SET (fillfactor = 50);

CREATE FUNCTION escrow_unbounded(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT split_part(p_code, ':', 1) IN ('gateway', 'bank', 'fee', 'psp_cost', 'suspense') $$;

-- The only writer of balances. Runs once per INSERT statement, locks rows in the order of their ids.
CREATE FUNCTION escrow_entries_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  first_id bigint;
  last_id bigint;
  total numeric;
  parent record;
  leg record;
BEGIN
  SELECT min(transfer_id), max(transfer_id), sum(amount)
    INTO first_id, last_id, total FROM fresh_rows;
  IF first_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF total <> 0 OR first_id <> last_id THEN
    RAISE 'the entries do not balance' USING ERRCODE = 'LE001';
  END IF;
  SELECT xid, case_id INTO parent FROM escrow_transfer WHERE id = first_id;
  IF NOT FOUND OR parent.xid <> pg_current_xact_id() THEN
    RAISE 'transfer % is closed', first_id USING ERRCODE = 'LE002';
  END IF;
  FOR leg IN SELECT account_id, amount FROM fresh_rows ORDER BY account_id LOOP
    UPDATE escrow_balance SET balance = balance + leg.amount, version = version + 1
     WHERE account_id = leg.account_id
       AND (leg.amount > 0 OR frozen_case IS NULL OR frozen_case = parent.case_id);
    CONTINUE WHEN FOUND;
    PERFORM 1 FROM escrow_balance WHERE account_id = leg.account_id;
    IF FOUND THEN
      RAISE 'account % is frozen', leg.account_id USING ERRCODE = 'LE006';
    END IF;
    PERFORM 1 FROM escrow_account WHERE id = leg.account_id AND escrow_unbounded(code);
    IF NOT FOUND THEN
      RAISE 'no account %', leg.account_id USING ERRCODE = 'LE009';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE TRIGGER entries_in AFTER INSERT ON escrow_entry
REFERENCING NEW TABLE AS fresh_rows
FOR EACH STATEMENT EXECUTE FUNCTION escrow_entries_in();

-- At COMMIT, once per transfer: it is whole, and a closing one has emptied its hold.
CREATE FUNCTION escrow_transfer_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  legs int;
  total numeric;
  remaining bigint;
BEGIN
  SELECT count(*), sum(amount) INTO legs, total FROM escrow_entry WHERE transfer_id = NEW.id;
  IF legs < 2 OR total <> 0 THEN
    RAISE 'transfer % is incomplete', NEW.id USING ERRCODE = 'LE003';
  END IF;
  IF NEW.kind IN ('release', 'refund', 'split') THEN
    SELECT b.balance INTO remaining
      FROM escrow_balance b JOIN escrow_account a ON a.id = b.account_id
     WHERE a.code = 'hold:' || NEW.order_id;
    IF remaining IS DISTINCT FROM 0 THEN
      RAISE 'the hold of order % is not empty', NEW.order_id USING ERRCODE = 'LE008';
    END IF;
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER transfer_whole AFTER INSERT ON escrow_transfer
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION escrow_transfer_whole();

-- Balances are written by the trigger above (depth 2) or not at all; freezing leaves them alone.
CREATE FUNCTION escrow_balance_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.balance = 0 AND NEW.version = 0 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (
    pg_trigger_depth() >= 2
    OR (NEW.account_id, NEW.balance, NEW.version, NEW.lo, NEW.hi)
     = (OLD.account_id, OLD.balance, OLD.version, OLD.lo, OLD.hi)
  ) THEN
    RETURN NEW;
  END IF;
  RAISE 'balances are derived from entries' USING ERRCODE = 'LE005';
END
$$;

CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON escrow_balance
FOR EACH ROW EXECUTE FUNCTION escrow_balance_guard();

-- Opens what does not exist yet, in the order of the codes: no deadlock on the unique index.
CREATE FUNCTION escrow_open(p_codes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  wanted text;
  new_id bigint;
  is_debt boolean;
BEGIN
  FOR wanted IN SELECT DISTINCT u FROM unnest(p_codes) u ORDER BY u LOOP
    INSERT INTO escrow_account (code) VALUES (wanted)
      ON CONFLICT (code) DO NOTHING RETURNING id INTO new_id;
    CONTINUE WHEN new_id IS NULL OR escrow_unbounded(wanted);
    is_debt := wanted LIKE 'debt:%';
    INSERT INTO escrow_balance (account_id, lo, hi) VALUES (
      new_id,
      CASE WHEN is_debt THEN -9000000000000000 ELSE 0 END,
      CASE WHEN is_debt THEN 0 ELSE 9000000000000000 END
    );
  END LOOP;
END
$$;

-- Locks first, reads then: what it returns stays true until the transaction ends.
CREATE FUNCTION escrow_lock(p_codes text[]) RETURNS TABLE (code text, balance bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM escrow_open(p_codes);
  RETURN QUERY
    SELECT a.code, b.balance
      FROM escrow_balance b JOIN escrow_account a ON a.id = b.account_id
     WHERE a.code = ANY (p_codes)
     ORDER BY b.account_id
       FOR NO KEY UPDATE OF b;
END
$$;

CREATE FUNCTION escrow_post(
  p_key text,
  p_kind text,
  p_codes text[],
  p_amounts bigint[],
  p_effective timestamptz,
  p_order uuid DEFAULT NULL,
  p_case uuid DEFAULT NULL,
  p_actor uuid DEFAULT NULL,
  p_basis text DEFAULT '',
  OUT o_transfer bigint,
  OUT o_fresh boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids bigint[] := '{}';
  found_id bigint;
  wanted text;
  is_same boolean;
BEGIN
  IF cardinality(p_codes) IS DISTINCT FROM cardinality(p_amounts) OR cardinality(p_codes) < 2 THEN
    RAISE 'malformed transfer %', p_key USING ERRCODE = 'LE003';
  END IF;
  INSERT INTO escrow_transfer (key, kind, order_id, case_id, actor_id, basis, effective_at)
    VALUES (p_key, p_kind, p_order, p_case, p_actor, p_basis, p_effective)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO o_transfer;
  o_fresh := o_transfer IS NOT NULL;
  IF NOT o_fresh THEN  -- a replay: it must be the same transfer
    SELECT t.id,
           t.kind = p_kind
           AND t.order_id IS NOT DISTINCT FROM p_order
           AND t.case_id IS NOT DISTINCT FROM p_case
           AND (SELECT array_agg(a.code ORDER BY e.seq) = p_codes
                       AND array_agg(e.amount ORDER BY e.seq) = p_amounts
                  FROM escrow_entry e JOIN escrow_account a ON a.id = e.account_id
                 WHERE e.transfer_id = t.id)
      INTO o_transfer, is_same
      FROM escrow_transfer t WHERE t.key = p_key;
    IF is_same IS NOT TRUE THEN
      RAISE 'key % was used for another transfer', p_key USING ERRCODE = 'LE007';
    END IF;
    RETURN;
  END IF;
  FOREACH wanted IN ARRAY p_codes LOOP
    IF wanted LIKE 'hold:%' AND (
      p_kind NOT IN ('hold', 'release', 'refund', 'split')
      OR wanted IS DISTINCT FROM 'hold:' || p_order
    ) THEN  -- a hold is filled once and emptied once, by nothing else
      RAISE 'a % of this order may not touch %', p_kind, wanted USING ERRCODE = 'LE008';
    END IF;
    SELECT a.id INTO found_id FROM escrow_account a WHERE a.code = wanted;
    IF NOT FOUND THEN
      PERFORM escrow_open(p_codes);
      SELECT a.id INTO STRICT found_id FROM escrow_account a WHERE a.code = wanted;
    END IF;
    ids := ids || found_id;
  END LOOP;
  INSERT INTO escrow_entry (transfer_id, account_id, seq, amount)
    SELECT o_transfer, u.id, u.seq, u.amount
      FROM unnest(ids, p_amounts) WITH ORDINALITY AS u (id, amount, seq);
END
$$;

-- From now on only transfers that carry this case's id can take from the account.
CREATE FUNCTION escrow_freeze(p_code text, p_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  wanted bigint;
BEGIN
  SELECT a.id INTO wanted FROM escrow_account a WHERE a.code = p_code AND NOT escrow_unbounded(a.code);
  IF NOT FOUND OR p_case IS NULL THEN
    RAISE 'no account % to freeze', p_code USING ERRCODE = 'LE009';
  END IF;
  UPDATE escrow_balance SET frozen_case = p_case
   WHERE account_id = wanted AND (frozen_case IS NULL OR frozen_case = p_case);
  IF NOT FOUND THEN
    RAISE 'account % is frozen by another case', p_code USING ERRCODE = 'LE006';
  END IF;
END
$$;

CREATE FUNCTION escrow_unfreeze(p_code text, p_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE escrow_balance b SET frozen_case = NULL
    FROM escrow_account a
   WHERE a.id = b.account_id AND a.code = p_code AND b.frozen_case = p_case;
END
$$;
