// Package own has the rows that are not among Go's own benchmarks; their twins are in GoferGoroutines.
package own

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// live returns the bytes of all that is live, stacks included, after a collection.
func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// BenchmarkBytesPerGoroutine parks b.N goroutines in a receive. Run it with -benchtime=100000x.
func BenchmarkBytesPerGoroutine(b *testing.B) {
	stop := make(chan bool)
	var started, ended sync.WaitGroup
	started.Add(b.N)
	ended.Add(b.N)
	before := live()
	for i := 0; i < b.N; i++ {
		go func() {
			started.Done()
			<-stop
			ended.Done()
		}()
	}
	started.Wait()
	time.Sleep(50 * time.Millisecond) // until the last has parked
	after := live()
	b.ReportMetric(float64(after-before)/float64(b.N), "B/goroutine")
	close(stop)
	ended.Wait()
}

// BenchmarkParkAndRelease parks b.N goroutines and releases them with one close. Run it with -benchtime=1000000x.
func BenchmarkParkAndRelease(b *testing.B) {
	stop := make(chan bool)
	var started, ended sync.WaitGroup
	var woken atomic.Int64
	started.Add(b.N)
	ended.Add(b.N)
	for i := 0; i < b.N; i++ {
		go func() {
			started.Done()
			<-stop
			woken.Add(1)
			ended.Done()
		}()
	}
	started.Wait()
	close(stop)
	ended.Wait()
	if woken.Load() != int64(b.N) {
		b.Fatalf("woken: %d instead of %d", woken.Load(), b.N)
	}
}
