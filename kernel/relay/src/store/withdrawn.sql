-- From version 2 to 3: identities can be withdrawn. Those of conversations are: older programs published them.
CREATE TABLE withdrawn (did TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO withdrawn SELECT did FROM identities WHERE instr(snapshot, CAST('ImajinConversation' AS BLOB)) > 0;
UPDATE counts SET number = number - (SELECT count(*) FROM operations WHERE kind = 0 AND chain_id IN (SELECT did FROM withdrawn))
  WHERE kind = 0;
DELETE FROM operations WHERE kind = 0 AND chain_id IN (SELECT did FROM withdrawn);
DELETE FROM identities WHERE did IN (SELECT did FROM withdrawn);
