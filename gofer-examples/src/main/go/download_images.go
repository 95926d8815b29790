// Twin of DownloadImages.java.
package main

import (
	"archive/zip"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for _, url := range os.Args[1:] {
		wg.Go(func() {
			if err := download(url); err != nil {
				log.Fatal(url, ": ", err)
			}
		})
	}
	wg.Wait()
	if err := zipAll("images.zip", "*.jpg"); err != nil {
		log.Fatal(err)
	}
}

func download(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	file, err := os.Create(path.Base(url))
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, response.Body)
	return err
}

func zipAll(archive, pattern string) error {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	file, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	out := zip.NewWriter(file)
	for _, name := range names {
		if err := add(out, name); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d files\n", archive, len(names))
	return out.Close()
}

func add(out *zip.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	entry, err := out.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, file)
	return err
}
