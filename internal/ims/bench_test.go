package ims_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// instant is a service that takes no time.
type instant struct{ body string }

func (i instant) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return response(http.StatusOK, i.body), nil
	}
	return response(http.StatusNoContent, ""), nil
}

// benchClient is a client of a service that answers each read with ten tags.
func benchClient(b *testing.B) *ims.Client {
	b.Helper()
	body := `{"tags":[`
	for i := range 10 {
		if i > 0 {
			body += ","
		}
		body += fmt.Sprintf(`{"key":"key-%d","value":"value-%d"}`, i, i)
	}
	return newClient(b, nowhere, over(instant{body + "]}"}))
}

// A read of an image, all there is to it but the network and the login.
func BenchmarkClientListTags(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.ListTags(context.Background(), image); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClientWriteTag(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := client.WriteTag(context.Background(), image, ims.Tag{Key: "key", Value: "value"}); err != nil {
			b.Fatal(err)
		}
	}
}

// A read of an image that was read before in this walk.
func BenchmarkReaderKnown(b *testing.B) {
	reader := singleReader(benchClient(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reader.Tags(context.Background(), image); err != nil {
			b.Fatal(err)
		}
	}
}

// A refresh of 1,000 tags on 100 images.
func BenchmarkReaderWalk(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		reader := singleReader(client)
		for i := range 1000 {
			one := ims.Image{ProjectID: image.ProjectID, ID: fmt.Sprint(i / 10)}
			if _, err := reader.Tags(context.Background(), one); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A read of a tag whose image was listed before in this walk, with ten at a time on each core.
func BenchmarkReaderConfirm(b *testing.B) {
	f := &fleet{images: 1000}
	listed := f.list(0, f.images)
	reader := ims.NewReader(newClient(b, nowhere, over(&fake{answer: func(_ int, r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return response(http.StatusOK, listed), nil
		}
		return response(http.StatusOK, `{"tags":[{"key":"k","value":"v"}]}`), nil
	}})), true)
	tag := ims.Tag{Key: "k", Value: "v"}
	images := make([]ims.Image, f.images)
	for i := range images {
		images[i] = f.image(i)
		if reader.Confirm(b.Context(), images[i], tag) {
			continue
		}
		if _, err := reader.Tags(b.Context(), images[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.SetParallelism(10)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 500; pb.Next(); i = 500 + (i+1)%500 {
			if !reader.Confirm(b.Context(), images[i], tag) {
				b.Error("a tag is not confirmed")
			}
		}
	})
}
