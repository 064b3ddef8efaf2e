package output_test

import (
	"encoding/json"
	"errors"
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
	table := output.NewTable(os.Stdout, output.TableOptions{}, output.Column{Header: "ID", Right: true},
		output.Column{Header: "Label"}, output.Column{Header: "Created"})
	table.Row(output.Cells("1", "local-dev", "2026-01-15")...)
	table.Row(output.Cells("12", "概念\n3  fake-row", "2026-01-16")...)
	if err := table.Flush(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ID  Label                  Created
	//  1  local-dev              2026-01-15
	// 12  概念\u000a3  fake-row  2026-01-16
}

func ExampleTable_width() {
	table := output.NewTable(os.Stdout, output.TableOptions{Width: 24}, output.Column{Header: "Idea"},
		output.Column{Header: "Title", Shrink: true}, output.Column{Header: "Status"})
	table.Row(output.Cells("#1", "Solar roofs for bus stops", "shipped")...)
	if err := table.Flush(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Idea  Title      Status
	// #1    Solar ro…  shipped
}

func ExampleJSONArray() {
	ideas := output.NewJSONArray(os.Stdout)
	for _, title := range []string{"Bus stops", "Ferries"} {
		if err := ideas.Append(map[string]string{"title": title}); err != nil {
			fmt.Println(err)
		}
	}
	if err := ideas.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [
	//   {
	//     "title": "Bus stops"
	//   },
	//   {
	//     "title": "Ferries"
	//   }
	// ]
}

func ExampleNewJSONArrayIn() {
	ideas, err := output.NewJSONArrayIn(os.Stdout, map[string]int{"imported": 1}, "results")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := errors.Join(ideas.Append(map[string]string{"title": "Bus stops"}), ideas.Close()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "imported": 1,
	//   "results": [
	//     {
	//       "title": "Bus stops"
	//     }
	//   ]
	// }
}
