package output_test

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func ExampleWriteJSON() {
	reply := json.RawMessage(`{"id":7,"title":"a \u001b[2J & b","extra":{}}`)
	if err := output.WriteJSON(os.Stdout, reply); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "id": 7,
	//   "title": "a \u001b[2J & b",
	//   "extra": {}
	// }
}

func ExampleTable() {
	err := output.Table(os.Stdout, false, []string{"ID", "Label", "Created"}, [][]string{
		{"1", "local-dev", "2026-01-15"},
		{"2", "概念\n3  fake-row", "2026-01-16"},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// ID  Label                  Created
	// 1   local-dev              2026-01-15
	// 2   概念\u000a3  fake-row  2026-01-16
}
