package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.Money;
import ai.chatflow.api.model.OrderContent;
import ai.chatflow.api.model.OrderItem;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Reads orders. Source: Meta, "Webhooks › messages › order".
final class OrderReader {
  private static final int LARGEST_SCALE = 20;

  private OrderReader() {}

  static OrderContent read(JsonNode order) {
    return new OrderContent(
        null,
        Json.text(order, "catalog_id"),
        Json.text(order, "text"),
        Json.elements(order, "product_items").stream().map(OrderReader::item).toList());
  }

  private static OrderItem item(JsonNode item) {
    return new OrderItem(Json.required(item, "product_retailer_id"), quantity(item), price(item));
  }

  private static int quantity(JsonNode item) {
    try {
      int quantity = decimal(item, "quantity").intValueExact();
      if (quantity >= 0) {
        return quantity;
      }
    } catch (ArithmeticException _) {
      throw new UnreadableItem("quantity is not whole");
    }
    throw new UnreadableItem("quantity is negative");
  }

  private static @Nullable Money price(JsonNode item) {
    String currency = Json.text(item, "currency");
    if (currency == null || Json.text(item, "item_price") == null) {
      return null;
    }
    return new Money(decimal(item, "item_price").toPlainString(), currency);
  }

  private static BigDecimal decimal(JsonNode item, String field) {
    try {
      var decimal = new BigDecimal(Json.required(item, field));
      if (Math.abs((long) decimal.scale()) <= LARGEST_SCALE) {
        return decimal;
      }
    } catch (NumberFormatException _) {
      throw new UnreadableItem(field + " is not a number");
    }
    throw new UnreadableItem(field + " is out of range");
  }
}
