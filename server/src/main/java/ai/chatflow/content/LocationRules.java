package ai.chatflow.content;

import ai.chatflow.api.model.LocationContent;

/// Rules of places.
final class LocationRules {
  private static final double POLE = 90;
  private static final double DATE_LINE = 180;

  private LocationRules() {}

  static void check(LocationContent location, Findings found) {
    if (!(Math.abs(location.latitude()) <= POLE)) {
      found.add("/latitude", "out_of_range", "Must lie between -90 and 90.");
    }
    if (!(Math.abs(location.longitude()) <= DATE_LINE)) {
      found.add("/longitude", "out_of_range", "Must lie between -180 and 180.");
    }
  }
}
