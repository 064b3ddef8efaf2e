package store

import (
	"context"
	"database/sql/driver"
)

// connector makes connections that keep every statement that they have run, because SQLite needs
// longer to parse most of ours than to run them. There are few, since their texts are constants.
//
// A statement must not run again on its connection while its rows are open; collect and
// QueryRow close them in time.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{conn, map[string]statement{}}, nil
}

// statement is what the driver's statements are.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type connection struct {
	driver.Conn
	kept map[string]statement // by their texts
}

func (c *connection) statement(text string) (statement, error) {
	if s, ok := c.kept[text]; ok {
		return s, nil
	}
	s, err := c.Prepare(text)
	if err != nil {
		return nil, err
	}
	c.kept[text] = s.(statement)
	return c.kept[text], nil
}

func (c *connection) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args)
}

func (c *connection) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args)
}

// Close closes the statements first, since SQLite keeps a database open that they refer to.
func (c *connection) Close() error {
	for _, s := range c.kept {
		s.Close()
	}
	return c.Conn.Close()
}
