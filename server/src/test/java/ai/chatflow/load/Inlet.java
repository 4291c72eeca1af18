package ai.chatflow.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Where webhooks of one WhatsApp number go in, and how they are made and signed (Meta, "Webhooks":
/// `X-Hub-Signature-256`).
record Inlet(String path, String phoneNumberId, String appSecret) {
  private static final int PEOPLE = 20_000;
  private static final int STRIDE = 7_919;

  /// A signed POST of one to three messages of different people: seven of ten have one, two have
  /// two.
  byte[] mixed(String run, int index) {
    int last = index % 10;
    return messages(run, index, last < 7 ? 1 : last < 9 ? 2 : 3, index * 3, PEOPLE);
  }

  /// A signed POST of so many messages.
  ///
  /// @param firstPerson the number of the first sender, the others follow
  /// @param people how many there are
  byte[] messages(String run, int index, int count, int firstPerson, int people) {
    var contacts = new StringBuilder();
    var messages = new StringBuilder();
    var now = Instant.now().getEpochSecond();
    for (int i = 0; i < count; i++) {
      var from = person((int) ((long) (firstPerson + i) * STRIDE % people));
      var comma = i == 0 ? "" : ",";
      contacts.append(
          "%s{\"profile\":{\"name\":\"Contact %s\"},\"wa_id\":\"%s\"}"
              .formatted(comma, from.substring(8), from));
      messages.append(
          ("%s{\"from\":\"%s\",\"id\":\"%s\",\"timestamp\":\"%d\",\"type\":\"text\",\"text\":{\"body\":\"Hi,"
               + " I would like to know the price of item %d, please.\"}}")
              .formatted(comma, from, messageId(run, index, i), now, index));
    }
    var json =
        ("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"900800700\",\"changes\":["
             + "{\"field\":\"messages\",\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":"
             + "{\"display_phone_number\":\"15550001111\",\"phone_number_id\":\"%s\"},"
             + "\"contacts\":[%s],\"messages\":[%s]}}]}]}")
            .formatted(phoneNumberId, contacts, messages);
    var body = json.getBytes(StandardCharsets.UTF_8);
    return HttpBytes.post(path, body, "X-Hub-Signature-256", "sha256=" + signature(body));
  }

  static String messageId(String run, int index, int message) {
    return "wamid." + run + "." + index + "." + message;
  }

  /// The number of a simulated person, in digits.
  static String person(int number) {
    return "5511" + String.valueOf(900_000_000 + number);
  }

  private String signature(byte[] body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(appSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
