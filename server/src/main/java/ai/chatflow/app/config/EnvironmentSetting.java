package ai.chatflow.app.config;

import com.fasterxml.jackson.core.JsonPointer;

/// The environment variables that override a key of `chatflow.yml`.
public enum EnvironmentSetting {
  CHATFLOW_DATA_DIR("/dataDir", false),
  CHATFLOW_PUBLIC_URL("/publicUrl", false),
  CHATFLOW_MASTER_KEY("/masterKey", false),
  CHATFLOW_LOG_FORMAT("/logFormat", false),
  CHATFLOW_PORT("/server/applicationConnectors/0/port", true),
  CHATFLOW_BIND("/server/applicationConnectors/0/bindHost", false),
  CHATFLOW_ADMIN_PORT("/server/adminConnectors/0/port", true),
  CHATFLOW_ADMIN_BIND("/server/adminConnectors/0/bindHost", false),
  CHATFLOW_REQUESTS_PER_SECOND("/rateLimit/requestsPerSecond", true),
  CHATFLOW_REQUEST_BURST("/rateLimit/burst", true),
  CHATFLOW_EGRESS_ALLOWED("/egress/allowed", false),
  CHATFLOW_WHATSAPP_CLOUD_BASE_URL("/whatsAppCloud/baseUrl", false),
  CHATFLOW_TELEGRAM_BASE_URL("/telegram/baseUrl", false),
  CHATFLOW_TWILIO_BASE_URL("/twilio/baseUrl", false),
  CHATFLOW_MEDIA_FOLDER("/media/folder", false),
  CHATFLOW_MEDIA_MAX_MEGABYTES("/media/maxMegabytes", true),
  CHATFLOW_MAIL_FROM("/mail/from", false),
  SMTP_URL("/mail/smtpUrl", false),
  DATABASE_URL("/database/url", false),
  DATABASE_REQUEST_URL("/database/requestUrl", false),
  DATABASE_REQUEST_POOL_SIZE("/database/requestPoolSize", true),
  DATABASE_WORKER_POOL_SIZE("/database/workerPoolSize", true),
  REDIS_URL("/redis/url", false);

  private final String key;
  private final boolean number;

  EnvironmentSetting(String key, boolean number) {
    this.key = key;
    this.number = number;
  }

  /// Where in the settings the variable's value goes.
  public JsonPointer key() {
    return JsonPointer.compile(key);
  }

  /// Whether the value must be a whole number.
  public boolean isNumber() {
    return number;
  }
}
