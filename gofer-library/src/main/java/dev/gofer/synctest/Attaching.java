package dev.gofer.synctest;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.gofer.runtime.JdkTime;
import java.io.IOException;
import java.nio.file.Files;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Loads {@link TimeAgent} into the JVM that runs, where its command line lets it. */
final class Attaching {
    /* An agent is loaded from a jar. That one has nothing but a manifest: the class comes from where all others do. */
    private static boolean isTried; // guarded by this class

    private Attaching() {}

    /** Does it once. */
    static synchronized void attach() {
        if (isTried) {
            return;
        }
        isTried = true;
        try {
            var jar = Files.createTempFile("gofer-time", ".jar");
            try {
                var manifest = new Manifest();
                var attributes = manifest.getMainAttributes();
                attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
                attributes.putValue("Agent-Class", TimeAgent.class.getName());
                attributes.putValue("Can-Retransform-Classes", "true");
                new JarOutputStream(Files.newOutputStream(jar), manifest).close();
                var self = VirtualMachine.attach(
                        String.valueOf(ProcessHandle.current().pid()));
                try {
                    self.loadAgent(jar.toString());
                } finally {
                    self.detach();
                }
            } finally {
                Files.delete(jar);
            }
        } catch (IOException | AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new IllegalStateException(
                    "-Djdk.attach.allowAttachSelf is set, but the agent that lets bubbles hold the JDK's time could not be loaded",
                    e);
        }
        var trouble = JdkTime.trouble();
        if (trouble != null) {
            throw new IllegalStateException("the JDK's time cannot be a bubble's in this JVM: " + trouble);
        }
    }
}
