package finch.engine;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;

/** Layers in the terms of kernels, which know no layers. */
public final class KernelForm {
    private KernelForm() {}

    public static ConvGeometry geometry(Layer.Convolution c) {
        return geometry(c.input(), c.output(), c.window(), c.groups());
    }

    public static ConvGeometry geometry(Layer.Pool p) {
        return geometry(p.input(), p.output(), p.window(), p.input().channels());
    }

    private static ConvGeometry geometry(TensorShape in, TensorShape out, Window w, int groups) {
        return new ConvGeometry(in.height(), in.width(), in.channels(), out.height(), out.width(), out.channels(),
                w.kernel().height(), w.kernel().width(), w.stride().height(), w.stride().width(), w.top(), w.left(),
                w.dilation().height(), w.dilation().width(), groups);
    }

    public static Epilogue epilogue(Nonlinearity nonlinearity) {
        return switch (nonlinearity) {
            case Nonlinearity.Linear() -> Epilogue.NONE;
            case Nonlinearity.Relu() -> Epilogue.RELU;
            case Nonlinearity.Clip(float low, float high) -> Epilogue.clamp(low, high);
            case Nonlinearity.HardSwish() -> Epilogue.HARD_SWISH;
            case Nonlinearity.HardSigmoid(float slope, float offset) -> Epilogue.hardSigmoid(slope, offset);
            case Nonlinearity.Sigmoid() -> Epilogue.SIGMOID;
            case Nonlinearity.Swish() -> Epilogue.SWISH;
        };
    }
}
