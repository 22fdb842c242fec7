/**
 * Images with labels, from files to batches.
 *
 * <p>{@link finch.data.DataSets#open} reads a source into a {@link finch.data.DataSet}, whose parts are
 * {@link finch.data.ImageSet}s that decode an image when asked; {@link finch.data.Batches} resizes, augments and normalises
 * them into arrays of a network's input, ahead of who takes them.
 *
 * <h2>Order and threads</h2>
 * Each image's changes are drawn from a stream of its own, keyed by seed, epoch and image, each batch is made by one task, and
 * batches come in their order. So one seed gives one sequence of values on any number of threads. The threads are daemons of
 * the platform: decoding is arithmetic, and a program that ends must not wait for pictures.
 *
 * <h2>Files from elsewhere</h2>
 * Formats are told by content, sizes in headers are bounded before anything is allocated, and arrays grow with what is there.
 * Archives are read into memory and never unpacked; links that lead out of a folder are not followed. An image that cannot be
 * decoded is left out, named and counted; a file that holds the whole set is refused if it is cut off.
 *
 * <h2>Memory</h2>
 * What a set keeps, namely archives, IDX and CIFAR files, the names of files and indices of images, has one budget: a quarter of the
 * heap. Beside that, each thread that decodes JPEG or PNG takes up to 350 MB for the largest image that is read, and batches are
 * made two a thread ahead.
 */
package finch.data;
