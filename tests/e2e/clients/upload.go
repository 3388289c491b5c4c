// Upload files with mime/multipart, streamed: upload URL TOKEN FIELD FILE...
package main

import (
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	url, token, field, files := os.Args[1], os.Args[2], os.Args[3], os.Args[4:]
	body, pipe := io.Pipe()
	form := multipart.NewWriter(pipe)
	go func() { pipe.CloseWithError(write(form, field, files)) }()
	request, err := http.NewRequest("POST", url, body)
	check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", form.FormDataContentType())
	response, err := http.DefaultClient.Do(request)
	check(err)
	text, err := io.ReadAll(response.Body)
	check(err)
	fmt.Println(string(text))
	fmt.Println(response.StatusCode)
}

func write(form *multipart.Writer, field string, files []string) error {
	for _, path := range files {
		part, err := form.CreateFormFile(field, filepath.Base(path))
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := part.Write(content); err != nil {
			return err
		}
	}
	if err := form.WriteField("caption", "Mañana"); err != nil {
		return err
	}
	return form.Close()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
