//go:build linux

package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // to fill a database
)

const (
	clients  = 8
	batch    = 1000 // ideas that are created for one measurement
	searched = 100_000
)

func (b *bench) sandbox() ([]row, error) {
	created, err := b.creations()
	if err != nil {
		return nil, err
	}
	found, err := b.searches()
	return append(created, found...), err
}

// creations measures durable writes and memory. Then it kills the sandbox during further writes
// and checks that every acknowledged idea is there.
func (b *bench) creations() ([]row, error) {
	db := b.path("ideas.db")
	s, err := b.serve("--db", db)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	var rates, memory []float64
	var acknowledged []int64
	for range max(10, b.rounds/10) {
		start := time.Now()
		ids, err := s.create(batch)
		if err != nil {
			return nil, err
		}
		rates = append(rates, batch/time.Since(start).Seconds())
		acknowledged = append(acknowledged, ids...)
		rss, err := residentKiB(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		memory = append(memory, rss)
	}
	crash := time.AfterFunc(200*time.Millisecond, func() { s.cmd.Process.Kill() })
	ids, err := s.create(1 << 30) // until the sandbox is killed
	if crash.Stop() {
		return nil, fmt.Errorf("ended before the kill: %w", err)
	}
	acknowledged = append(acknowledged, ids...)
	s.stop()
	again, err := b.serve("--db", db)
	if err != nil {
		return nil, err
	}
	defer again.stop()
	lost := 0
	for _, id := range acknowledged {
		if status, err := again.ask(http.DefaultClient, "GET", "/ideas/"+strconv.FormatInt(id, 10), "", nil); err != nil {
			return nil, err
		} else if status != http.StatusOK {
			lost++
		}
	}
	if lost > 0 {
		return nil, fmt.Errorf("%d of %d acknowledged ideas are lost after a kill", lost, len(acknowledged))
	}
	half := len(memory) / 2
	grown := median(memory[half:]) / median(memory[len(memory)/5:half])
	return []row{
		{"ideas created a second by 8 clients, each on disk; none lost by kill -9", fmt.Sprintf("%.0f", median(rates)),
			quartiles(rates, "%.0f"), "≥ 500", verdict(median(rates) >= 500)},
		limited("memory of the sandbox, later half against earlier", grown, 1.1, "%.2f", ""),
	}, nil
}

// create creates n ideas from all clients and returns the acknowledged ids.
func (s *service) create(n int64) ([]int64, error) {
	var mu sync.Mutex
	var ids []int64
	var failed error
	var left atomic.Int64
	left.Store(n)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for left.Add(-1) >= 0 {
				var idea struct{ ID int64 }
				body := fmt.Sprintf(`{"title":%q,"body":%q,"tags":["bench","%d"]}`, sentence(6), sentence(30), rand.IntN(50))
				status, err := s.ask(client, "POST", "/ideas", body, &idea)
				if err == nil && status != http.StatusCreated {
					err = fmt.Errorf("HTTP %d", status)
				}
				mu.Lock()
				if err != nil {
					failed = err
				} else {
					ids = append(ids, idea.ID)
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return ids, failed
}

// searches measures the search in many ideas for different numbers of words. Each word is in
// nearly half of the ideas.
func (b *bench) searches() ([]row, error) {
	db := b.path("many.db")
	s, err := b.serve("--db", db) // creates the tables and the user
	if err != nil {
		return nil, err
	}
	s.stop()
	if err := fill(db); err != nil {
		return nil, err
	}
	if s, err = b.serve("--db", db); err != nil {
		return nil, err
	}
	defer s.stop()
	times := make([][]float64, 4)
	for round := range b.rounds + 1 {
		for _, n := range rand.Perm(4) {
			start := time.Now()
			status, err := s.ask(http.DefaultClient, "GET", "/ideas/search?q="+url.QueryEscape(sentence(n+1)), "", nil)
			if err != nil || status != http.StatusOK {
				return nil, fmt.Errorf("search: HTTP %d, %v", status, err)
			}
			if round > 0 {
				times[n] = append(times[n], time.Since(start).Seconds()*1000)
			}
		}
	}
	var rows []row
	for i, words := range []string{"one word", "two words", "three words", "four words"} {
		rows = append(rows, limited("search for "+words+" in 100,000 ideas, ms", median(times[i]), 20, "%.1f", quartiles(times[i], "%.1f")))
	}
	return rows, nil
}

// fill puts the ideas into a sandbox's database.
func fill(file string) error {
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.Prepare(`INSERT INTO ideas (user_id, number, title, body, status, source, created_at, updated_at)
		SELECT id, ?, ?, ?, 'captured', 'api', created_at, created_at FROM users`)
	if err != nil {
		return err
	}
	for i := range searched {
		if _, err := insert.Exec(i+1, sentence(6), sentence(30)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// ask makes one request and decodes the reply into out, unless that is nil.
func (s *service) ask(client *http.Client, method, path, body string, out any) (int, error) {
	r, err := http.NewRequest(method, s.APIURL+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("X-API-Key", s.APIKey)
	r.Header.Set("Content-Type", "application/json")
	reply, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer reply.Body.Close()
	doc, err := io.ReadAll(reply.Body)
	if err == nil && out != nil && reply.StatusCode < 300 {
		err = json.Unmarshal(doc, out)
	}
	return reply.StatusCode, err
}

// words are the words in all ideas: only 80, so that each is in many ideas.
var words = strings.Fields(`solar power bus stop garden fence water wind light house city river
	bridge road train paper ink letter voice song note market price coin tool
	hand small great open quiet fast slow warm cold early late first last
	green blue red white dark deep high low near far map plan idea step
	chair table door glass stone wood metal cloth bread salt apple field cloud
	rain snow summer winter morning night child friend game book school clock`)

// sentence returns n different words, unless n is larger than the number of words.
func sentence(n int) string {
	order := rand.Perm(len(words))
	var picked []string
	for i := range n {
		picked = append(picked, words[order[i%len(order)]])
	}
	return strings.Join(picked, " ")
}

// residentKiB returns the current memory use of a process.
func residentKiB(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseFloat(strings.Fields(value)[0], 64)
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}
