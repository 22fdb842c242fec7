/** Runs networks in Java: weights, plans, inference, and the port {@link finch.engine.Runtime} for anything that can load and time a network. */
package finch.engine;
