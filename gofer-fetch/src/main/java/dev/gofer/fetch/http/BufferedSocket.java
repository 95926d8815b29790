package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket that reads ahead, for TLS to lie upon: the JDK's TLS asks for the five bytes of a record's head, then for the record, each a
 * call of the system. For one reader at a time; closing it closes the other.
 */
final class BufferedSocket extends Socket {
    private final Socket socket;
    private final Ahead in;

    BufferedSocket(Socket connected) throws IOException {
        super((@Nullable SocketImpl) null);
        this.socket = connected;
        this.in = new Ahead(connected.getInputStream());
    }

    /** Reads what is there, up to a buffer; what is asked for in larger pieces goes past it. */
    private static final class Ahead extends InputStream {
        private static final int CAPACITY =
                36 * 1024; // two records of the usual size, the largest that most servers send

        private final InputStream in;
        private byte[] buffer = new byte[0]; // not before the first read
        private int from;
        private int to;

        Ahead(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (from == to && !fill()) return -1;
            return buffer[from++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (from == to) {
                if (length >= CAPACITY) return in.read(target, offset, length);
                if (!fill()) return -1;
            }
            int n = Math.min(length, to - from);
            System.arraycopy(buffer, from, target, offset, n);
            from += n;
            return n;
        }

        private boolean fill() throws IOException {
            if (buffer.length == 0) buffer = new byte[CAPACITY];
            from = 0;
            to = 0;
            int n = in.read(buffer, 0, CAPACITY);
            if (n < 0) return false;
            to = n;
            return true;
        }

        @Override
        public int available() throws IOException {
            return to - from + in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return socket.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return socket.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        socket.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket.getSoLinger();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
