-- A transfer that is posted twice at the same moment answers both with the first one.
-- Frozen: a change is a new numbered file with CREATE OR REPLACE.
--
-- With ON CONFLICT (key) PostgreSQL lets the second row into that index for a moment and goes on to
-- the others: escrow_one_close then refused what was only a replay. Without a target it waits for
-- whoever was first in any of them, and what stood in the way is looked at afterwards.

CREATE OR REPLACE FUNCTION escrow_post(
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
    ON CONFLICT DO NOTHING RETURNING id INTO o_transfer;
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
    IF o_transfer IS NULL THEN  -- another key has filled or emptied this hold
      RAISE 'order % has its % already', p_order, p_kind
        USING ERRCODE = 'unique_violation',
              CONSTRAINT = CASE p_kind WHEN 'hold' THEN 'escrow_one_hold' ELSE 'escrow_one_close' END;
    END IF;
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
