package dev.atelier.server.security;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends requests that no client library would, byte by byte. */
final class RawHttp {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  private RawHttp() {}

  /** What came back; the head in lower case. */
  record Answer(String head, String body) {
    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    /** The problem's sentence. */
    String detail() {
      return new JsonObject(body).getString("detail");
    }
  }

  static Answer get(int port, String target, String... headers) throws IOException {
    return exchange(port, head("GET", target, headers));
  }

  /** The opening handshake of the events' WebSocket (RFC 6455, 4.1). */
  static Answer upgrade(int port, String... headers) throws IOException {
    String handshake =
        "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    return exchange(port, head("GET", "/api/v1/events", handshake, String.join("\n", headers)));
  }

  static String head(String method, String target, String... headers) {
    return method + " " + target + " HTTP/1.1\n" + String.join("\n", List.of(headers)) + "\n\n";
  }

  /** Sends {@code request}, whose lines end with a line feed here, and reads one answer. */
  static Answer exchange(int port, String request) throws IOException {
    try (Socket socket = connect(port)) {
      send(socket, request);
      return read(socket);
    }
  }

  static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  static Answer read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("The connection was closed after: " + head);
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    Matcher length = LENGTH.matcher(text);
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return new Answer(text, new String(body, StandardCharsets.UTF_8));
  }
}
