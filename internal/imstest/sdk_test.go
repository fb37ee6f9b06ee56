// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	ims "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2/model"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The vendor's own client works with the mock. It is a dependency of this test only.
func newSDKClient(t *testing.T, s *imstest.Server, access, secret, securityToken string) *ims.ImsClient {
	t.Helper()
	credential, err := basic.NewCredentialsBuilder().
		WithAk(access).WithSk(secret).WithSecurityToken(securityToken).WithProjectId(imstest.ProjectID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := ims.ImsClientBuilder().WithEndpoints([]string{s.URL()}).WithCredential(credential).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return ims.NewImsClient(client)
}

func TestVendorsClient(t *testing.T) {
	t.Parallel()
	keys := map[string][3]string{
		"with permanent keys": {imstest.AccessKey, imstest.SecretKey, ""},
		"with temporary keys": {imstest.TempAccessKey, imstest.TempSecretKey, imstest.TempSecurityToken},
	}
	for name, key := range keys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t)
			image := s.AddImage("golden")
			useVendorsClient(t, newSDKClient(t, s, key[0], key[1], key[2]), s, image)
			if got := s.Count(imstest.Unknown); got != 0 {
				t.Errorf("%d calls were not understood", got)
			}
		})
	}
}

func useVendorsClient(t *testing.T, client *ims.ImsClient, s *imstest.Server, image string) {
	t.Helper()
	added, err := client.AddImageTag(&model.AddImageTagRequest{ImageId: image, Body: &model.AddImageTagRequestBody{
		Tag: &model.ResourceTag{Key: "clé", Value: "<値>"},
	}})
	expectStatus(t, added, err, http.StatusNoContent)
	expectTags(t, s, image, tags{"clé": "<値>"})

	batch := &model.BatchAddOrDeleteTagsRequestBody{
		Action: model.GetBatchAddOrDeleteTagsRequestBodyActionEnum().CREATE,
		Tags:   []model.ResourceTag{{Key: "a", Value: "1"}, {Key: "b", Value: ""}},
	}
	created, err := client.BatchAddOrDeleteTags(&model.BatchAddOrDeleteTagsRequest{ImageId: image, Body: batch})
	expectStatus(t, created, err, http.StatusNoContent)
	expectTags(t, s, image, tags{"clé": "<値>", "a": "1", "b": ""})

	batch.Action = model.GetBatchAddOrDeleteTagsRequestBodyActionEnum().DELETE
	batch.Tags = []model.ResourceTag{{Key: "a"}, {Key: "absent"}}
	removed, err := client.BatchAddOrDeleteTags(&model.BatchAddOrDeleteTagsRequest{ImageId: image, Body: batch})
	expectStatus(t, removed, err, http.StatusNoContent)
	expectTags(t, s, image, tags{"clé": "<値>", "b": ""})

	listed, err := client.ListImageTags(&model.ListImageTagsRequest{ImageId: image})
	expectStatus(t, listed, err, http.StatusOK)
	expectSame(t, *listed.Tags, []model.ResourceTag{{Key: "clé", Value: "<値>"}, {Key: "b", Value: ""}})

	ofProject, err := client.ListImagesTags(&model.ListImagesTagsRequest{})
	expectStatus(t, ofProject, err, http.StatusOK)
	expectSame(t, *ofProject.Tags, []model.Tags{{Key: "b", Values: []string{""}}, {Key: "clé", Values: []string{"<値>"}}})

	found, err := client.ListImageByTags(&model.ListImageByTagsRequest{Body: &model.ListImageByTagsRequestBody{
		Action: model.GetListImageByTagsRequestBodyActionEnum().FILTER,
		Tags:   &[]model.Tags{{Key: "clé", Values: []string{"<値>"}}},
		Limit:  new("1000"),
		Offset: new("0"),
	}})
	expectStatus(t, found, err, http.StatusOK)
	expectSame(t, *found.Resources, []model.ShowImageByTagsResource{{
		ResourceId: image, ResourceName: "golden",
		ResourceDetail: &model.QueryImageByTagsResourceDetail{Status: "active"},
		Tags:           []model.TagKeyValue{{Key: "clé", Value: "<値>"}, {Key: "b", Value: ""}},
	}})

	counted, err := client.ListImageByTags(&model.ListImageByTagsRequest{Body: &model.ListImageByTagsRequestBody{
		Action: model.GetListImageByTagsRequestBodyActionEnum().COUNT,
	}})
	expectStatus(t, counted, err, http.StatusOK)
	if *counted.TotalCount != 1 || counted.Resources != nil {
		t.Errorf("counted %v", counted)
	}

	deleted, err := client.DeleteImageTag(&model.DeleteImageTagRequest{ImageId: image, Key: "clé"})
	expectStatus(t, deleted, err, http.StatusNoContent)
	expectTags(t, s, image, tags{"b": ""})
}

func TestVendorsClientUnderstandsTheErrors(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	image := s.AddImage("golden")
	client := newSDKClient(t, s, imstest.AccessKey, imstest.SecretKey, "")
	stranger := newSDKClient(t, s, imstest.AccessKey, "another secret", "")

	cases := map[string]struct {
		call   func() error
		status int
		code   string
	}{
		"of the service": {
			func() error {
				_, err := client.DeleteImageTag(&model.DeleteImageTagRequest{ImageId: image, Key: "absent"})
				return err
			},
			http.StatusNotFound, "IMG.0121",
		},
		"of the gateway": {
			func() error {
				_, err := stranger.ListImageTags(&model.ListImageTagsRequest{ImageId: image})
				return err
			},
			http.StatusUnauthorized, "APIGW.0301",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var failed *sdkerr.ServiceResponseError
			if err := c.call(); !errors.As(err, &failed) {
				t.Fatalf("got the error %v, want one of the service", err)
			}
			if failed.StatusCode != c.status || failed.ErrorCode != c.code || failed.ErrorMessage == "" || failed.RequestId == "" {
				t.Errorf("got %+v, want %d %s with a message and a request id", failed, c.status, c.code)
			}
		})
	}
}

// expectStatus checks the field that every response of the SDK has.
func expectStatus(t *testing.T, response any, err error, want int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got := reflect.ValueOf(response).Elem().FieldByName("HttpStatusCode").Interface(); got != want {
		t.Errorf("got the status %v, want %d", got, want)
	}
}

func expectSame(t *testing.T, got, want any) {
	t.Helper()
	if asJSON(t, got) != asJSON(t, want) {
		t.Errorf("got %s, want %s", asJSON(t, got), asJSON(t, want))
	}
}
