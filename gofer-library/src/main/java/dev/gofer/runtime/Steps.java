package dev.gofer.runtime;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a step ({@link Bubble#step}) before whatever code of the user's does that another thread may see: so that schedules may part there. */
final class Steps {
    /* A synchronized method has no instruction that takes the lock, so the step is before the call: whether what is called is such a method, says
     * its class file. */
    private static final MethodTypeDesc STEP = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private static final Set<String> COLLECTIONS = Set.of(
            "ArrayDeque",
            "ArrayList",
            "Collection",
            "Deque",
            "HashMap",
            "HashSet",
            "Hashtable",
            "Iterator",
            "LinkedHashMap",
            "LinkedHashSet",
            "LinkedList",
            "List",
            "Map",
            "PriorityQueue",
            "Queue",
            "Set",
            "TreeMap",
            "TreeSet",
            "Vector");

    private final ClassLoader loader;
    private final Map<String, Set<String>> locking = new HashMap<>(); // by class: its synchronized methods

    /** For the code of a class of {@code loader}. */
    Steps(@Nullable ClassLoader loader) {
        this.loader = loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }

    /** Writes the step before {@code element}, if it takes one. */
    void before(CodeBuilder builder, CodeElement element) {
        var operation = operation(element);
        if (operation != null) {
            builder.ldc(operation).invokestatic(Hooks.CLASS, "step", STEP);
        }
    }

    private @Nullable String operation(CodeElement element) {
        return switch (element) {
            case FieldInstruction field ->
                (isRead(field.opcode()) ? "reads " : "writes ")
                        + simple(field.owner().asInternalName()) + "."
                        + field.name().stringValue();
            case ArrayLoadInstruction _ -> "reads an element";
            case ArrayStoreInstruction _ -> "writes an element";
            case MonitorInstruction monitor when monitor.opcode() == Opcode.MONITORENTER -> "enters a monitor";
            case InvokeInstruction call
            when isConcurrent(call.owner().asInternalName()) ->
                "calls " + simple(call.owner().asInternalName()) + "."
                        + call.name().stringValue();
            case InvokeInstruction call
            when locking(call.owner().asInternalName()).contains(call.name().stringValue()) ->
                "calls synchronized " + simple(call.owner().asInternalName()) + "."
                        + call.name().stringValue();
            default -> null;
        };
    }

    private Set<String> locking(String owner) {
        if (owner.startsWith("java/") || owner.startsWith("[")) {
            return Set.of();
        }
        var known = locking.get(owner);
        if (known == null) {
            known = findLocking(owner);
            locking.put(owner, known);
        }
        return known;
    }

    private Set<String> findLocking(String owner) {
        try (var in = loader.getResourceAsStream(owner + ".class")) {
            if (in == null) {
                return Set.of();
            }
            var model = ClassFile.of().parse(in.readAllBytes());
            var found = new HashSet<String>();
            for (var method : model.methods()) {
                if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
                    found.add(method.methodName().stringValue());
                }
            }
            model.superclass().ifPresent(parent -> found.addAll(locking(parent.asInternalName())));
            return found;
        } catch (IOException | IllegalArgumentException e) {
            return Set.of(); // then there is one step less
        }
    }

    private static boolean isRead(Opcode opcode) {
        return opcode == Opcode.GETFIELD || opcode == Opcode.GETSTATIC;
    }

    private static boolean isConcurrent(String owner) {
        return owner.startsWith("java/util/concurrent/")
                || owner.equals("java/lang/invoke/VarHandle")
                || (owner.startsWith("java/util/") && COLLECTIONS.contains(owner.substring("java/util/".length())));
    }

    private static String simple(String internalName) {
        return internalName.substring(internalName.lastIndexOf('/') + 1).replace('$', '.');
    }
}
