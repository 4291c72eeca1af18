package ai.chatflow.tenancy;

import ai.chatflow.api.ApiKeysApi;
import ai.chatflow.api.model.ApiKeyPage;
import ai.chatflow.api.model.CreateApiKeyRequest;
import ai.chatflow.api.model.CreatedApiKey;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ApiKeyId;

/// `/v1/api-keys`.
public final class ApiKeyResource implements ApiKeysApi {
  private final ApiKeyService keys;
  private final Pages pages;

  public ApiKeyResource(ApiKeyService keys, Pages pages) {
    this.keys = keys;
    this.pages = pages;
  }

  @Override
  public ApiKeyPage listApiKeys(Integer limit, String cursor) {
    var request = pages.request("api-keys", limit, cursor);
    return request.answer(
        keys.list(RequestContext.current().workspace(), request.page()),
        TenancyMapper::toApi,
        (data, more, next) -> new ApiKeyPage(ApiKeyPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public CreatedApiKey createApiKey(CreateApiKeyRequest body) {
    var created =
        keys.create(
            RequestContext.current().principal(), body.name(), body.scopes(), body.expiresAt());
    return new CreatedApiKey(TenancyMapper.toApi(created.key()), created.secret().text());
  }

  @Override
  public ai.chatflow.api.model.ApiKey getApiKey(ApiKeyId id) {
    return TenancyMapper.toApi(keys.get(RequestContext.current().workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.ApiKey revokeApiKey(ApiKeyId id) {
    return TenancyMapper.toApi(keys.revoke(RequestContext.current().workspace(), id));
  }
}
