package dev.atelier.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TimeOrderedIdsTest {
  private static final long FAR_FUTURE = 1L << 43;

  @Property
  void idsGrowWhateverTheClockDoes(
      @ForAll @Size(min = 2, max = 50) List<@LongRange(min = 0, max = FAR_FUTURE) Long> times) {
    long[] now = {0};
    TimeOrderedIds ids = new TimeOrderedIds(() -> Instant.ofEpochMilli(now[0]));
    String last = "";
    for (long time : times) {
      now[0] = time;
      UUID id = ids.next();
      assertEquals(7, id.version());
      assertEquals(2, id.variant());
      assertTrue(id.toString().compareTo(last) > 0, last + " then " + id);
      last = id.toString();
    }
  }

  @Property
  void idsOfTheNextRunAreGreater(
      @ForAll @LongRange(min = 0, max = FAR_FUTURE) long before,
      @ForAll @LongRange(min = 0, max = FAR_FUTURE) long after) {
    UUID last = new TimeOrderedIds(() -> Instant.ofEpochMilli(before)).next();
    TimeOrderedIds next = new TimeOrderedIds(() -> Instant.ofEpochMilli(after));
    next.startAfter(last);
    assertTrue(next.next().toString().compareTo(last.toString()) > 0);
  }

  @Property
  void timeIsInTheFirstFortyEightBits(@ForAll @LongRange(min = 1, max = FAR_FUTURE) long time) {
    UUID id = new TimeOrderedIds(() -> Instant.ofEpochMilli(time)).next();
    assertEquals(time, id.getMostSignificantBits() >>> 16);
  }
}
