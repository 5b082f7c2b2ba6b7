package dev.atelier.server.downloads;

/** Stops a download where it is. Thread-safe. */
final class Halt {
  private boolean asked;
  private Runnable now = () -> {};

  /** Asks for it; what is under way is ended at once. */
  void ask() {
    Runnable end;
    synchronized (this) {
      asked = true;
      end = now;
    }
    end.run();
  }

  synchronized boolean asked() {
    return asked;
  }

  /** What ends that which is under way from now on. */
  synchronized void by(Runnable end) {
    now = end;
  }
}
