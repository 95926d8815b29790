// The goroutine tutorial's last program, finished just so far that it can be measured: the URLs come from a list, at most 64 are fetched at
// a time over kept-alive connections, and the pictures, which do not get smaller, are stored as they are.
//
//	fetch LIST FOLDER ARCHIVE
package main

import (
	"archive/zip"
	"bufio"
	"io"
	"log"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
)

const limit = 64

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: fetch LIST FOLDER ARCHIVE")
	}
	list, folder, archive := os.Args[1], os.Args[2], os.Args[3]
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = limit

	file, err := os.Open(list)
	if err != nil {
		log.Fatal(err)
	}
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for lines := bufio.NewScanner(file); lines.Scan(); {
		url := lines.Text()
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := download(url, folder); err != nil {
				log.Fatal(err)
			}
		})
	}
	wg.Wait()
	if err := pack(archive, folder); err != nil {
		log.Fatal(err)
	}
}

func download(url, folder string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Fatal(url, ": ", response.Status)
	}
	file, err := os.Create(filepath.Join(folder, path.Base(url)))
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, response.Body); err != nil {
		return err
	}
	return file.Close()
}

func pack(archive, folder string) error {
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil {
		return err
	}
	w := zip.NewWriter(out)
	for _, name := range files {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: filepath.Base(name), Method: zip.Store})
		if err != nil {
			return err
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(entry, file); err != nil {
			return err
		}
		file.Close()
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}
