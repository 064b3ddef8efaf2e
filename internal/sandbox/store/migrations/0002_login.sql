-- A signed-in browser, by its cookie. Only the SHA-256 hash of each secret below is
-- stored.
CREATE TABLE browsers (
  token_hash BLOB PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  expires_at TEXT NOT NULL
) STRICT;

-- A login of a program, from its request until it is revoked. Then the row is deleted,
-- together with all its tokens. The code is the authorization code (RFC 6749) or the
-- device code (RFC 8628).
CREATE TABLE logins (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id         TEXT REFERENCES users (id), -- null while a device waits
  client_id       TEXT NOT NULL,
  scopes          TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'used')),
  code_hash       BLOB UNIQUE,
  code_expires_at TEXT,
  redirect_uri    TEXT,        -- with an authorization code
  challenge       TEXT,        -- with an authorization code: PKCE, S256
  user_code       TEXT UNIQUE, -- with a device code
  poll_interval   INTEGER,     -- with a device code: seconds
  polled_at       TEXT,        -- with a device code
  created_at      TEXT NOT NULL
) STRICT;

-- A refresh token can be used once. It is kept afterwards, to notice a second use.
CREATE TABLE refresh_tokens (
  token_hash BLOB PRIMARY KEY,
  login_id   INTEGER NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
  is_used    INTEGER NOT NULL DEFAULT 0,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX refresh_tokens_login ON refresh_tokens (login_id);

ALTER TABLE sessions ADD COLUMN scopes TEXT NOT NULL DEFAULT 'ideas:read ideas:write';
ALTER TABLE sessions ADD COLUMN login_id INTEGER REFERENCES logins (id) ON DELETE CASCADE;
CREATE INDEX sessions_login ON sessions (login_id);
