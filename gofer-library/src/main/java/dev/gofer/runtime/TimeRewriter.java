package dev.gofer.runtime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rewrites classes so that they ask {@link JdkTime} for the time, for timers and for threads. */
final class TimeRewriter implements ClassFileTransformer {
    /* Two ways: a call is led to a hook of the same type in its place, which does not change the shape of a method; or a method asks a hook
     * first, and does what it does only where that has no answer. What cannot be rewritten stays as it is. */

    /** Calls that are led to a hook, by owner and name. */
    private static final Map<String, String> CALLS = Map.of(
            "java/lang/System.nanoTime", "nanoTime",
            "java/lang/System.currentTimeMillis", "currentTimeMillis");

    /** Calls on an executor, in these classes. */
    private static final Set<String> EXECUTING =
            Set.of("java/util/concurrent/CompletableFuture", "java/util/concurrent/CompletableFuture$TaskSubmitter");

    private static final Set<String> OUR_PACKAGES =
            Set.of("dev/gofer", "dev/gofer/runtime", "dev/gofer/synctest", "dev/gofer/junit");

    private static final ClassDesc EXECUTOR = ClassDesc.of("java.util.concurrent.Executor");
    private static final ClassDesc FUTURE = ClassDesc.of("java.util.concurrent.Future");
    private static final ClassDesc UNIT = ClassDesc.of("java.util.concurrent.TimeUnit");
    private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");
    private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");
    private static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(ConstantDescs.CD_void, EXECUTOR, RUNNABLE);

    /** A method that asks a hook first: how many parameters it has, and how it asks. */
    private record Asking(String method, int parameters, Consumer<CodeBuilder> question) {
        boolean isOf(MethodModel model) {
            return model.methodName().equalsString(method)
                    && model.methodTypeSymbol().parameterCount() == parameters;
        }
    }

    private static final Map<String, List<Asking>> ASKING = Map.of(
            "java/time/Clock", List.of(new Asking("currentInstant", 0, TimeRewriter::instant)),
            "java/lang/Thread", List.of(new Asking("dispatchUncaughtException", 1, TimeRewriter::uncaught)),
            "java/lang/VirtualThread",
                    List.of(
                            new Asking("schedule", 3, TimeRewriter::schedule),
                            new Asking("parkOnCarrierThread", 2, TimeRewriter::sleepPinned)),
            "java/util/concurrent/ForkJoinPool", List.of(new Asking("scheduleDelayedTask", 1, TimeRewriter::delay)),
            "java/util/concurrent/Executors$DefaultThreadFactory",
                    List.of(new Asking("newThread", 1, TimeRewriter::newThread)));

    /** Whether classes of this name are rewritten. */
    static boolean concerns(String name, @Nullable ClassLoader loader) {
        if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
            return name.startsWith("java/util/concurrent/")
                    || name.equals("java/lang/VirtualThread")
                    || name.equals("java/lang/Thread")
                    || name.equals("java/lang/Process")
                    || name.equals("java/lang/ref/ReferenceQueue")
                    || name.equals("java/util/Date")
                    || name.startsWith("java/time/Clock");
        }
        return !(name.startsWith("dev/gofer/") && isOurs(name))
                && !name.startsWith("org/junit/")
                && !name.startsWith("org/apache/maven/")
                && !name.startsWith("jdk/");
    }

    /** This library's classes, and those of its JUnit annotations; not those of its tests. */
    private static boolean isOurs(String name) {
        var packageName = name.substring(0, name.lastIndexOf('/'));
        return OUR_PACKAGES.contains(packageName);
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> old,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (name == null || !concerns(name, loader)) {
            return null;
        }
        try {
            var file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(
                            loader == null ? ClassLoader.getSystemClassLoader() : loader)
                    .cached()));
            var model = file.parse(bytes);
            boolean isUsers = isUsers(domain);
            if (!isUsers && !ASKING.containsKey(name) && !EXECUTING.contains(name) && !asksForTime(model)) {
                return null;
            }
            return file.transformClass(model, rewriting(name, isUsers ? new Steps(loader) : null));
        } catch (Throwable e) {
            JdkTime.note(name, e);
            return null;
        }
    }

    private static boolean asksForTime(ClassModel model) {
        for (var entry : model.constantPool()) {
            if (entry instanceof java.lang.classfile.constantpool.MethodRefEntry method
                    && CALLS.containsKey(method.owner().asInternalName() + "."
                            + method.name().stringValue())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a class is under test, or a test: it comes from a directory, as what a build compiles does, not from a jar. */
    private static boolean isUsers(@Nullable ProtectionDomain domain) {
        var source = domain == null ? null : domain.getCodeSource();
        return source != null
                && source.getLocation() != null
                && source.getLocation().getPath().endsWith("/");
    }

    private static ClassTransform rewriting(String name, @Nullable Steps steps) {
        boolean executes = EXECUTING.contains(name);
        var asking = ASKING.getOrDefault(name, List.of());
        return (builder, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                var question = asking.stream()
                        .filter(each -> each.isOf(method))
                        .findFirst()
                        .map(Asking::question)
                        .orElse(null);
                boolean isMaking = method.methodName().stringValue().startsWith("<"); // nobody else has the object yet
                builder.transformMethod(
                        method,
                        MethodTransform.transformingCode(rewriting(executes, isMaking ? null : steps, question)));
            } else {
                builder.with(element);
            }
        };
    }

    private static CodeTransform rewriting(
            boolean executes, @Nullable Steps steps, @Nullable Consumer<CodeBuilder> question) {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder builder) {
                if (question != null) {
                    question.accept(builder);
                }
            }

            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                if (steps != null) {
                    steps.before(builder, element);
                }
                rewriteCall(builder, element, executes);
            }
        };
    }

    private static void rewriteCall(CodeBuilder builder, CodeElement element, boolean executes) {
        if (element instanceof InvokeInstruction call) {
            var owner = call.owner().asInternalName();
            var called = call.name().stringValue();
            var hook = CALLS.get(owner + "." + called);
            if (hook != null) {
                builder.invokestatic(Hooks.CLASS, hook, call.typeSymbol());
                return;
            }
            if (executes
                    && called.equals("execute")
                    && (owner.equals("java/util/concurrent/Executor")
                            || owner.equals("java/util/concurrent/ForkJoinPool"))) {
                builder.invokestatic(Hooks.CLASS, "execute", EXECUTE);
                return;
            }
        }
        builder.with(element);
    }

    /** In {@code Future<?> schedule(Runnable, long, TimeUnit)} of a virtual thread. */
    private static void schedule(CodeBuilder code) {
        code.aload(0)
                .aload(1)
                .lload(2)
                .aload(4)
                .invokestatic(
                        Hooks.CLASS,
                        "schedule",
                        MethodTypeDesc.of(FUTURE, THREAD, RUNNABLE, ConstantDescs.CD_long, UNIT));
        answerIfAny(code);
    }

    /** In {@code void parkOnCarrierThread(boolean, long)} of a virtual thread. */
    private static void sleepPinned(CodeBuilder code) {
        var none = code.newLabel();
        code.aload(0)
                .iload(1)
                .lload(2)
                .invokestatic(
                        Hooks.CLASS,
                        "sleepPinned",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_boolean, THREAD, ConstantDescs.CD_boolean, ConstantDescs.CD_long))
                .ifeq(none)
                .return_()
                .labelBinding(none);
    }

    /** In {@code void dispatchUncaughtException(Throwable)} of a thread. */
    private static void uncaught(CodeBuilder code) {
        var none = code.newLabel();
        code.aload(0)
                .aload(1)
                .invokestatic(
                        Hooks.CLASS,
                        "uncaught",
                        MethodTypeDesc.of(ConstantDescs.CD_boolean, THREAD, ConstantDescs.CD_Throwable))
                .ifeq(none)
                .return_()
                .labelBinding(none);
    }

    /** In {@code Instant currentInstant()}. */
    private static void instant(CodeBuilder code) {
        code.invokestatic(Hooks.CLASS, "instant", MethodTypeDesc.of(INSTANT));
        answerIfAny(code);
    }

    /** In {@code Thread newThread(Runnable)}. */
    private static void newThread(CodeBuilder code) {
        code.aload(1).invokestatic(Hooks.CLASS, "newThread", MethodTypeDesc.of(THREAD, RUNNABLE));
        answerIfAny(code);
    }

    private static void answerIfAny(CodeBuilder code) {
        var none = code.newLabel();
        code.dup().ifnull(none).areturn().labelBinding(none).pop();
    }

    /** In {@code <T> ScheduledForkJoinTask<T> scheduleDelayedTask(ScheduledForkJoinTask<T>)}. */
    private static void delay(CodeBuilder code) {
        var none = code.newLabel();
        code.aload(1)
                .invokestatic(
                        Hooks.CLASS, "delay", MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object))
                .ifeq(none)
                .aload(1)
                .areturn()
                .labelBinding(none);
    }
}
