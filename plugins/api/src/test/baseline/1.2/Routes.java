package dev.atelier.plugins.api;
@FunctionalInterface
public interface Routes {
  Answer answer(Call call) throws Exception;
}
