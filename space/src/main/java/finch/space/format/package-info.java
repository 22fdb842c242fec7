/**
 * Reading and writing architectures and search spaces: YAML, JSON, timm block strings, DOT.
 *
 * <p>Files that people write are parsed into {@link finch.space.format.SourceNode}s, which know their line, and not
 * bound to records: a binder stops at the first mistake, and we report all of a file at once, each with file, line,
 * key, value and what is allowed. Jackson only supplies the tokens.
 *
 * <p><b>References.</b> Only width 1 is data; other widths are made by {@code WidthRule}, one record per
 * code base, because the codes agree at width 1 and differ elsewhere: in the stem, in what an expansion is a multiple of,
 * in the last convolution, in the head, in the squeezed channels. All references have symmetric padding. TF-slim and Keras
 * put the odd pixel right and below; that changes no count, and a file whose weights were trained so says
 * {@code padding: tensorflow}.
 *
 * <p><b>timm.</b> Block strings hold ratios, files hold counts. The writer looks for the ratio a person would write and
 * checks that timm's arithmetic gives the count back; the reader does that arithmetic. What timm does silently is a
 * mistake here: unknown tokens are passed over there, a stride of any but a stage's first block is dropped, and strides
 * beyond a product of 32 become dilation. A {@code MobileNetV3} definition ends in a stage of one 1x1 convolution, which
 * is the head's; a block of that kind joins the stage before it, so that the two are told apart.
 */
package finch.space.format;
