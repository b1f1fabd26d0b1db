-- From version 1 to 2: orders by time only for what is late in its chain.
DROP INDEX operations_chain_ingested;
DROP INDEX operations_chain_created;
ALTER TABLE operations ADD COLUMN is_late INTEGER NOT NULL DEFAULT 0;
UPDATE operations SET is_late = 1 WHERE seq IN (
  SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY chain_id, kind ORDER BY seq) AS place FROM operations)
  WHERE place > 128
);
CREATE INDEX operations_late_ingested ON operations (chain_id, kind, ingested_at DESC, cid) WHERE is_late = 1;
CREATE INDEX operations_late_created ON operations (chain_id, kind, created_at DESC, cid) WHERE is_late = 1;
