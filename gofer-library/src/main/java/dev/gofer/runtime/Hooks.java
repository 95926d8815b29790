package dev.gofer.runtime;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Objects;

/** Makes the class by which rewritten classes of the JDK call {@link JdkTime}: it is one of {@code java.lang}, since they see no others. */
final class Hooks {
    /* Each hook is a static method of that class with the name and type of ours. It calls a method handle in a static final field, which the compiler
     * sees through. The handles get there by way of the system properties: a class with a name takes no other argument. */
    static final ClassDesc CLASS = ClassDesc.of("java.lang.GoferTime");
    private static final String HANDLES = "gofer.time.handles";
    private static final ClassDesc HANDLE = ClassDesc.of(MethodHandle.class.getName());
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();

    private Hooks() {}

    /** Defines the class. Only once in a JVM, and where {@code java.lang} is open to this library. */
    static void define(Map<String, MethodHandle> hooks) throws IllegalAccessException {
        var names = hooks.keySet().toArray(new String[0]);
        var handles = new Object[names.length];
        for (int i = 0; i < names.length; i++) {
            handles[i] = Objects.requireNonNull(hooks.get(names[i]));
        }
        var bytes = ClassFile.of().build(CLASS, type -> {
            type.withFlags(ACC_PUBLIC | ACC_FINAL);
            type.withMethodBody(
                    ConstantDescs.CLASS_INIT_NAME,
                    ConstantDescs.MTD_void,
                    ACC_STATIC,
                    code -> takeHandles(code, names));
            for (var name : names) {
                type.withField(name, HANDLE, ACC_STATIC | ACC_FINAL);
                var descriptor =
                        describe(Objects.requireNonNull(hooks.get(name)).type());
                type.withMethodBody(name, descriptor, ACC_PUBLIC | ACC_STATIC, code -> call(code, name, descriptor));
            }
        });
        System.getProperties().put(HANDLES, handles);
        try {
            var made = MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup())
                    .defineClass(bytes);
            MethodHandles.privateLookupIn(made, MethodHandles.lookup()).ensureInitialized(made);
        } finally {
            System.getProperties().remove(HANDLES);
        }
    }

    static MethodTypeDesc describe(MethodType type) {
        return type.describeConstable().orElseThrow();
    }

    private static void takeHandles(CodeBuilder code, String[] names) {
        code.invokestatic(
                        ClassDesc.of("java.lang.System"),
                        "getProperties",
                        MethodTypeDesc.of(ClassDesc.of("java.util.Properties")))
                .ldc(HANDLES)
                .invokevirtual(
                        ClassDesc.of("java.util.Properties"),
                        "get",
                        MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object))
                .checkcast(OBJECTS)
                .astore(0);
        for (int i = 0; i < names.length; i++) {
            code.aload(0).loadConstant(i).aaload().checkcast(HANDLE).putstatic(CLASS, names[i], HANDLE);
        }
        code.return_();
    }

    private static void call(CodeBuilder code, String name, MethodTypeDesc descriptor) {
        code.getstatic(CLASS, name, HANDLE);
        for (int i = 0; i < descriptor.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(descriptor.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(HANDLE, "invokeExact", descriptor).return_(TypeKind.from(descriptor.returnType()));
    }
}
