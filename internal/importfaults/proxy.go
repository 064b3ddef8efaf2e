package importfaults

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
)

// moment is when the import is killed, relative to a request at the proxy.
type moment int

const (
	beforeWork  moment = iota // the request has arrived; it is still forwarded to the service
	afterWork                 // the service has answered; the answer is not passed on
	afterAnswer               // the answer was passed on
)

// kill is a kill at a request, counted from 0.
type kill struct {
	at   int
	when moment
	now  func()
}

// proxy is in front of the service. It forwards every request that it has read, even if
// the client never gets the answer.
type proxy struct {
	to     string
	drop   int
	server *httptest.Server

	mu      sync.Mutex
	open    int // connections
	closed  *sync.Cond
	answers int
	dropped int
	next    *kill
	running sync.RWMutex // write-locked until the process to kill is known
}

func newProxy(to string, drop int) *proxy {
	p := &proxy{to: to, drop: drop}
	p.closed = sync.NewCond(&p.mu)
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	p.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch state {
		case http.StateNew:
			p.open++
		case http.StateClosed:
			p.open--
			p.closed.Broadcast()
		}
	}
	p.server.Start()
	return p
}

func (p *proxy) url() string { return p.server.URL }

func (p *proxy) close() { p.server.Close() }

func (p *proxy) plan(k *kill) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = k
}

func (p *proxy) started(start func() error) error {
	p.running.Lock()
	defer p.running.Unlock()
	return start()
}

func (p *proxy) lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dropped
}

// drain waits until all requests that a process sent before its end are done. Connections
// are accepted in order, so once a new one is accepted, all earlier ones are known.
func (p *proxy) drain() {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if reply, err := client.Get(p.server.URL + "/drain"); err == nil {
		reply.Body.Close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.open > 0 {
		p.closed.Wait()
	}
}

// count counts a request. If the import must be killed at this request, it returns when
// and how.
func (p *proxy) count() (when moment, now func()) {
	p.running.RLock()
	defer p.running.RUnlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		return 0, nil
	}
	if p.next.at--; p.next.at >= 0 {
		return 0, nil
	}
	when, now = p.next.when, p.next.now
	p.next = nil
	return when, now
}

func (p *proxy) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/drain" {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // half a request: the client has disconnected
	}
	when, kill := p.count()
	if kill != nil && when == beforeWork {
		kill()
	}
	status, header, answer := p.forward(r, body)
	p.mu.Lock()
	p.answers++
	lost := p.drop > 0 && p.answers%p.drop == 0
	if lost {
		p.dropped++
	}
	p.mu.Unlock()
	if kill != nil && when == afterWork {
		kill()
		lost = true
	}
	if lost {
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"Content-Type", "Retry-After"} {
		if value := header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}
	w.WriteHeader(status)
	w.Write(answer)
	if kill != nil && when == afterAnswer {
		w.(http.Flusher).Flush()
		kill()
	}
}

// forward sends the request to the service, even if the client has disconnected.
func (p *proxy) forward(r *http.Request, body []byte) (status int, header http.Header, answer []byte) {
	out, err := http.NewRequest(r.Method, p.to+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return http.StatusBadGateway, nil, nil
	}
	out.Header = r.Header.Clone()
	reply, err := http.DefaultClient.Do(out)
	if err != nil {
		return http.StatusBadGateway, nil, nil
	}
	defer reply.Body.Close()
	answer, err = io.ReadAll(reply.Body)
	if err != nil {
		return http.StatusBadGateway, nil, nil
	}
	return reply.StatusCode, reply.Header, answer
}
