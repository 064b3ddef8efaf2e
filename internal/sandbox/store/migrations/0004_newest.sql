-- A second full-text index, of the newest 20,000 ideas or up to 1,000 more. To rank ideas,
-- FTS5 counts all ideas of an index that contain each word, so this one is faster for frequent
-- words in many ideas. Fewer ideas need no second index, so their triggers do nothing.
CREATE VIRTUAL TABLE newest_fts USING fts5 (title, body, content = '', contentless_delete = 1);

CREATE TRIGGER newest_fts_insert AFTER INSERT ON ideas WHEN new.id > 20000 BEGIN
  INSERT INTO newest_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER newest_fts_forget AFTER INSERT ON ideas WHEN new.id > 40000 AND new.id % 1000 = 0 BEGIN
  DELETE FROM newest_fts WHERE rowid <= new.id - 20000;
END;
CREATE TRIGGER newest_fts_update AFTER UPDATE OF title, body ON ideas WHEN new.id > 20000 BEGIN
  UPDATE newest_fts SET title = new.title, body = new.body WHERE rowid = new.id;
END;
CREATE TRIGGER newest_fts_archive AFTER UPDATE OF is_archived ON ideas WHEN new.is_archived AND new.id > 20000 BEGIN
  DELETE FROM newest_fts WHERE rowid = new.id;
END;
