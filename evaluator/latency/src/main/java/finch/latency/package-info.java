/** How fast is it here? Calibration of any runtime, the latency model, device profiles, and the measuring protocol. */
package finch.latency;
